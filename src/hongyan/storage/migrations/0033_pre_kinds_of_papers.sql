-- What each of a signature's further papers is, in their order: JSON of kinds, null for one of which nobody has said it. NULL:
-- nobody has said it of any.

ALTER TABLE signature_revision ADD COLUMN paper_kinds TEXT;
