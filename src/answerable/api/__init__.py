"""For programs: one file per noun, typed, with its description at /api/v1/openapi.json."""
