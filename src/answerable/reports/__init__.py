"""报送: the regulator's weekly report about 400 numbers."""
