"""What options of `dlpsim run` add to a run, one file each: views that watch it, say something, or write a file."""
