"""Keys of programs: who let which in, for what, and until when."""
