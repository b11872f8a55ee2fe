package io.codeb.alert;

/**
 * What became of the alerts of one channel, since its {@link io.codeb.CodeB} was built.
 *
 * @param channel the kind of channel, and its place among the routes from 1 on: {@code slack-2}
 * @param delivered how many the other side has
 * @param retried how many tries were made again
 * @param undelivered how many were given up or refused; each was logged
 * @param heldBack how many were more than may be told in an hour; each was logged
 * @param waiting how many are still to be delivered
 */
public record AlertCounts(String channel, long delivered, long retried, long undelivered, long heldBack, int waiting) {}
