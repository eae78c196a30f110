"""The annex to a school's data protection impact assessment, written from the settings as they are now."""
