package io.codeb.postgresql.internal.program;

import java.time.Duration;

/**
 * How patient those are who look after the sessions of others.
 *
 * @param firstTold when nothing has moved for so long, what is waited for is logged; the next time after twice as long
 * @param look how often that is looked at, here and without a question to the server
 * @param toTell for the question what a session waits for, from the start of the program that asks it
 * @param toEnd for the server to end a statement
 */
record WatchTimes(Duration firstTold, Duration look, Duration toTell, Duration toEnd) {
    static final WatchTimes USUAL = new WatchTimes(
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(5));
}
