"""Posts that are out already, read from the exports of the platforms: what was shown when, and with which words."""
