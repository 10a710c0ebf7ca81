"""What stored answers come to beside their difference: repeats, claimed confidence, and how far a judge can be trusted."""
