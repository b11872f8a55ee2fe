package io.codeb.podman;

import io.codeb.spi.io.ByteTail;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** The last of what a command wrote to stderr, without the wrapper's first line. Thread-safe. */
final class StderrTail {
    private final String prefix;
    private final ByteTail tail;
    private final StringBuilder firstLine = new StringBuilder();
    private boolean inFirstLine = true;
    private long pid = -1;

    /**
     * @param nonce what the first line begins with
     * @param limit how many bytes to keep
     */
    StderrTail(String nonce, int limit) {
        this.prefix = nonce + " ";
        this.tail = new ByteTail(limit);
    }

    /** Takes all that remains. */
    synchronized void feed(ByteBuffer bytes) {
        while (inFirstLine && bytes.hasRemaining()) {
            byte b = bytes.get();
            firstLine.append((char) (b & 0xff));
            boolean expected = firstLine.length() <= ProvenCommand.MAX_PID_LINE
                    && (prefix.startsWith(firstLine.toString()) || firstLine.indexOf(prefix) == 0);
            if (b == '\n' || !expected) {
                inFirstLine = false;
                parsedPid()
                        .ifPresentOrElse(
                                found -> pid = found,
                                () -> tail.add(
                                        ByteBuffer.wrap(firstLine.toString().getBytes(StandardCharsets.ISO_8859_1))));
                notifyAll();
            }
        }
        tail.add(bytes);
    }

    private OptionalLong parsedPid() {
        String line = firstLine.toString();
        if (line.startsWith(prefix) && line.substring(prefix.length()).matches("[1-9][0-9]{0,17}\n")) {
            return OptionalLong.of(Long.parseLong(line, prefix.length(), line.length() - 1, 10));
        }
        return OptionalLong.empty();
    }

    /** The process id of the wrapper, in the container's own count, once it has said it. */
    synchronized Optional<String> pid() {
        return pid < 0 ? Optional.empty() : Optional.of(Long.toString(pid));
    }

    /** Says that nothing more will come. */
    synchronized void finish() {
        inFirstLine = false;
        notifyAll();
    }

    /** Waits until the first line has been seen, or the deadline has passed. */
    synchronized void awaitFirstLine(Deadline deadline) {
        boolean interrupted = false;
        for (long left = deadline.millisLeft(); inFirstLine && left > 0; left = deadline.millisLeft()) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    String text() {
        return tail.text();
    }
}
