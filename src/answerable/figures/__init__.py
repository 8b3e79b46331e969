"""效能数据: how long things wait, what comes back and why, and how far machine and reviewers agree."""
