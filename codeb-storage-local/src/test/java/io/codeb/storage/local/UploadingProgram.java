package io.codeb.storage.local;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Another process that writes into a storage. */
final class UploadingProgram {
    private UploadingProgram() {}

    /** Starts it; it says what it did on stdout, one line each. */
    static Process start(String work, Path root) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        UploadingProgram.class.getName(),
                        work,
                        root.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws Exception {
        try (StorageBackend storage = new LocalStorageProvider()
                .create(ProviderConfig.of("local").withLocation(URI.create("local:" + args[1])))) {
            if (args[0].equals("endless")) {
                uploadForEver(storage);
            } else {
                System.in.read();
                claimAll(storage, Integer.parseInt(args[0]));
            }
        }
    }

    /** Says "begun" after the first megabytes, and then waits to be killed. */
    private static void uploadForEver(StorageBackend storage) throws InterruptedException {
        ByteSink upload = storage.begin(new ObjectKey("shop/backup/endless"), WriteMode.CREATE);
        for (int i = 0; i < 4; i++) {
            upload.write(ByteBuffer.allocate(1 << 20));
        }
        System.out.println("begun");
        new CountDownLatch(1).await();
    }

    /** Says which of the keys it was the first to create. */
    private static void claimAll(StorageBackend storage, int count) {
        for (int i = 0; i < count; i++) {
            try {
                storage.put(new ObjectKey("claims/in/a/folder/" + i), WriteMode.CREATE, new byte[100]);
                System.out.println(i);
            } catch (StorageException e) {
                if (e.code() != ErrorCode.OBJECT_EXISTS) {
                    throw e;
                }
            }
        }
    }
}
