package io.codeb.spi.io;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * The threads of CodeB and of what extends it: daemons, whose names say what they do and for which {@code CodeB} of the
 * JVM, such as {@code codeb-2-run-5} and {@code codeb-2-sha256}. The number is handed on from the thread that makes
 * one, so that nobody has to carry it, and so is what that thread has in SLF4J's {@code MDC}: a line in the log says
 * for which project and backup it is, whichever thread writes it.
 */
public final class WorkThread {
    private static final String PREFIX = "codeb-";
    private static final Pattern OF_AN_INSTANCE = Pattern.compile(PREFIX + "[0-9]+-");

    private WorkThread() {}

    /**
     * Makes a thread for the {@code CodeB} that the calling thread works for.
     *
     * @param purpose what it does, in a word or two
     * @param work done once
     * @return a daemon, to be started
     */
    public static Thread of(String purpose, Runnable work) {
        Matcher caller = OF_AN_INSTANCE.matcher(Thread.currentThread().getName());
        return daemon((caller.lookingAt() ? caller.group() : PREFIX) + purpose, work);
    }

    /**
     * Makes a thread for a certain {@code CodeB}.
     *
     * @param instance its number in this JVM
     * @param purpose what it does, in a word or two
     * @param work done once
     * @return a daemon, to be started
     */
    public static Thread of(int instance, String purpose, Runnable work) {
        return daemon(PREFIX + instance + "-" + purpose, work);
    }

    private static Thread daemon(String name, Runnable work) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        Thread thread = new Thread(context == null ? work : () -> within(context, work), name);
        thread.setDaemon(true);
        return thread;
    }

    private static void within(Map<String, String> context, Runnable work) {
        MDC.setContextMap(context);
        work.run();
    }
}
