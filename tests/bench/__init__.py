"""`make bench`: the numbers of the design, each beside a reference measured in the same run."""
