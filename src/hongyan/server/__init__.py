"""The running process: the one HTTP port, its life from start to graceful stop, metrics, the admin socket."""
