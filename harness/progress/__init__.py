"""What a run is doing while it runs: for whoever sits at a terminal, and for programs that listen."""
