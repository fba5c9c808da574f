"""Acts of the rehearsed intruder, one file each."""
