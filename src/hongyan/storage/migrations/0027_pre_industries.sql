-- What the sender of a signature does, as its applicant or a reviewer says; NULL: nobody has said it.

ALTER TABLE signature_revision ADD COLUMN industry TEXT;
