-- Qualifications by name, deleted ones as well: health looks at what leans on those that shared an administrator with one.
CREATE INDEX qualification_called ON qualification (account_id, name);
