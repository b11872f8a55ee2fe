package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A line of the shell, which has to end with status 0.
 *
 * @param line what bash is given
 */
record Command(String line) {
    static Command from(Map<String, String> environment, String variable) {
        String line = environment.get(variable);
        if (line == null || line.isEmpty()) {
            throw new ConfigException("the variable " + variable + " is not set", "run the benchmark with dev/bench");
        }
        return new Command(line);
    }

    /** Runs it to its end; what it writes is thrown away. */
    void run() {
        await(start(ProcessBuilder.Redirect.DISCARD));
    }

    /** Runs it to its end, and answers what it writes. */
    String output() {
        Process process = start(ProcessBuilder.Redirect.PIPE);
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            await(process);
            return text;
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            process.destroy();
        }
    }

    /** Writes what it writes into the sink, and finishes that when the command has ended well. */
    void into(ByteSink sink) {
        Process process = start(ProcessBuilder.Redirect.PIPE);
        byte[] buffer = new byte[Transfer.BUFFER_BYTES];
        try (sink;
                InputStream output = process.getInputStream()) {
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                sink.write(ByteBuffer.wrap(buffer, 0, count));
            }
            await(process);
            sink.finish();
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            process.destroy();
        }
    }

    private ConfigException unreadable(IOException e) {
        return new ConfigException("what '" + line + "' writes cannot be read: " + e.getMessage(), "");
    }

    private Process start(ProcessBuilder.Redirect output) {
        try {
            return new ProcessBuilder("bash", "-o", "pipefail", "-ec", line)
                    .redirectOutput(output)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new ConfigException("bash cannot be started: " + e.getMessage(), "install it");
        }
    }

    private void await(Process process) {
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new ConfigException("'" + line + "' ended with " + status, "look at what it says");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted", "");
        }
    }
}
