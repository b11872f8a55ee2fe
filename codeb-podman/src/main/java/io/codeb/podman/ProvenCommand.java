package io.codeb.podman;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command in a wrapper that says how it ended. The shell writes a word that nobody can guess and its process id to
 * stderr, runs the command, and writes the word and the status to stdout, where they arrive behind everything that the
 * command wrote.
 *
 * <p>The command is run by {@code exec} in a subshell, so that its first word is always a program and never a builtin,
 * and so that the trap fires only where there is nothing to run.
 */
final class ProvenCommand {
    /** More than two records of a word, a space, a status and a newline. */
    private static final int MAX_RECORDS = 96;
    /** As much as the first line of stderr can be: a word, a space, a process id and a newline. */
    static final int MAX_PID_LINE = 64;

    private static final int NONCE_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * One line, because the nonce is looked for in the first line of a command line. What has a slash is looked at
     * beforehand: bash can leave without its trap otherwise.
     */
    private static final String SCRIPT = "echo \"$0 $$\" >&2; "
            + "( trap 'echo \"$0 -\"' EXIT; "
            + "case $1 in */*) [ -e \"$1\" ] || exit 127; [ -d \"$1\" ] && exit 126; [ -x \"$1\" ] || exit 126;; esac; "
            + "exec \"$@\" ); "
            + "s=$?; echo \"$0 $s\"; ";

    /**
     * What the command has not read of its input: closed with it unread, the API's own connection to the container
     * breaks and takes the end of the output along, the trailer and the reason why the command ended early among it.
     */
    private static final String DRAIN = "cat >/dev/null 2>&1 || while read -r x; do :; done; ";

    /** The command has what the shell gives itself, where there is something to give it with. */
    private static final String NICE = "renice -n 19 -p $$ >/dev/null 2>&1; ionice -c 3 -p $$ >/dev/null 2>&1; ";

    private static final String EXIT = "exit $s";

    private final String nonce;
    private final Pattern records;

    ProvenCommand() {
        byte[] random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        this.nonce = HexFormat.of().formatHex(random);
        this.records = Pattern.compile("(" + nonce + " -\n)?" + nonce + " ([0-9]{1,3})\n");
    }

    /** The word; no secret, but nobody's guess. */
    String nonce() {
        return nonce;
    }

    /**
     * The command with its wrapper, whose input, if it is open, must be closed when the trailer has come.
     *
     * @param stdin whether its input is open
     * @param nice whether it has what others leave
     */
    List<String> wrap(List<String> command, boolean stdin, boolean nice) {
        String script = (nice ? NICE : "") + SCRIPT + (stdin ? DRAIN : "") + EXIT;
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, nonce));
        words.addAll(command);
        return words;
    }

    /** What keeps the trailer back from stdout. */
    TrailerHold hold() {
        return new TrailerHold(MAX_RECORDS, nonce.charAt(0), this::mayBeginTrailer);
    }

    /** Whether the last bytes of stdout are the trailer, or the beginning of it. */
    private boolean mayBeginTrailer(String lastBytes) {
        Matcher matcher = records.matcher(lastBytes);
        return matcher.matches() || matcher.hitEnd();
    }

    /** Reads the trailer. */
    Optional<Trailer> trailer(String lastBytes) {
        Matcher matcher = records.matcher(lastBytes);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int status = Integer.parseInt(matcher.group(2));
        return status > 255 ? Optional.empty() : Optional.of(new Trailer(status, matcher.group(1) == null));
    }

    /**
     * What the wrapper says at the end.
     *
     * @param status the exit status
     * @param started whether there was a program to run
     */
    record Trailer(int status, boolean started) {}
}
