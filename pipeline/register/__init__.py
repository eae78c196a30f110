"""The register of a school as commands take it in and show it; what it says is `consent.register`."""
