-- Which mainland carrier served the number when the message was accepted; '' abroad, when nobody knows, and of messages
-- that were accepted before. What arrives says something of the signature at this carrier (compliance.registration.evidence).
ALTER TABLE message ADD COLUMN network TEXT NOT NULL DEFAULT '';
