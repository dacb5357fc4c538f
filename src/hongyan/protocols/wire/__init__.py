"""What all carrier protocols share: frames, fields described as data, optional parameters.

To add a protocol: describe its PDUs with `fields`, make their functions with `readers.compile_reader` and
`writers.compile_writer`, cut the stream with `frames.FrameReader`.
"""
