"""Reports for people: plans compared with what Azure or the state says."""
