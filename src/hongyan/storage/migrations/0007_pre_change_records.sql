-- Change records tell through which door and from where a step came, and which fields it changed.
ALTER TABLE compliance_change ADD COLUMN door TEXT NOT NULL DEFAULT '';
ALTER TABLE compliance_change ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE compliance_change ADD COLUMN changed_json TEXT NOT NULL DEFAULT '[]';  -- field, before, after; secrets masked
