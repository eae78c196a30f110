"""Register files of a school, checked row by row before anything is taken in."""
