"""What `make bench` prints: the critical path of every stack, and how the program compares to a bare one."""
