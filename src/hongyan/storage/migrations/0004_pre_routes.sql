-- Why a message went by its channel and not by another one: `channel id:reason` separated by blanks (messaging.route).
ALTER TABLE message ADD COLUMN passed_over TEXT NOT NULL DEFAULT '';
