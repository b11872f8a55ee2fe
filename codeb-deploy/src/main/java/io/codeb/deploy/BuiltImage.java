package io.codeb.deploy;

import java.time.Duration;
import java.time.Instant;

/**
 * An image that was built of a commit.
 *
 * @param id the image's id, which names exactly this content
 * @param name what it can be run by
 * @param commit the commit's id, 40 hexadecimal digits
 * @param committedAt when the commit was made, as its committer says
 * @param subject what the commit is about, in its author's words: one line of at most 200 characters
 * @param duration how long fetching and building took
 */
public record BuiltImage(
        String id, String name, String commit, Instant committedAt, String subject, Duration duration) {}
