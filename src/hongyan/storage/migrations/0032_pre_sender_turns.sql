-- Turns at sender numbers: of two signatures that start at one number at the same moment one sees the other.
CREATE TABLE sender_turn (
    sender  TEXT NOT NULL,
    network TEXT NOT NULL,
    turn    BIGINT NOT NULL,             -- counts what began there: the optimistic lock
    PRIMARY KEY (sender, network)
);
