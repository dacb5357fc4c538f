"""What all carrier protocols share: frames, fields described as data, optional parameters, rows of statuses and reports.

To add a protocol: describe its PDUs with `fields`, make a `table.PduTable` of them, cut the stream with
`frames.FrameReader`; channel encoders come from `writers.compile_writer`.
"""
