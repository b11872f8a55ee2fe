package io.codeb.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** Programs of this machine that are run to their end. */
final class Commands {
    private Commands() {}

    /** Runs a program, which must end well, and answers what it says. */
    static String run(List<String> command) {
        Result result = result(command);
        if (result.status() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + result.said());
        }
        return result.said();
    }

    /** Runs a program, and answers whether it ends well. */
    static boolean succeeds(List<String> command) {
        return result(command).status() == 0;
    }

    private record Result(int status, String said) {}

    private static Result result(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Result(process.waitFor(), said);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
