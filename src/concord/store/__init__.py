"""What the hub keeps. The only Django models; every function that reads or changes pupil data takes a permit first."""
