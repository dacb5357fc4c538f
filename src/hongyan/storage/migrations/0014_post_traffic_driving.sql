-- Texts of before that nobody had looked into: declarations are rows of template_driving.
ALTER TABLE template_revision DROP COLUMN traffic_driving;
