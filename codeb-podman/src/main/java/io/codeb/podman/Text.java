package io.codeb.podman;

/** Words from outside, fit for a message. */
final class Text {
    private static final int MAX_SHOWN = 500;

    private Text() {}

    /** What an exception says, or at least what it is. */
    static String of(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isEmpty() ? thrown.getClass().getSimpleName() : shown(message);
    }

    /** Without control characters, which could forge lines of a log, and not longer than a few lines. */
    static String shown(String text) {
        String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return cut.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
