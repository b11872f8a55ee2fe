package io.codeb.storage.local;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Says every failure of the file system in the same words. */
final class Failures {
    /** With less room than one write takes, a failed write has failed for want of room. */
    private static final long ROOM_FOR_ONE_WRITE = LocalUpload.MAX_WRITE_BYTES;

    private final String storage;
    private final Path root;

    Failures(String storage, Path root) {
        this.storage = storage;
        this.root = root;
    }

    StorageException of(String action, ObjectKey key, IOException e) {
        return of(action + " object " + key, e);
    }

    StorageException of(String action, IOException e) {
        ErrorCode code = codeOf(e);
        return new StorageException(
                code, "cannot " + action + " in storage " + storage + ": " + reason(e), hint(code), e);
    }

    StorageException notFound(ObjectKey key) {
        return new StorageException(
                ErrorCode.OBJECT_NOT_FOUND,
                "there is no object " + key + " in storage " + storage,
                "list the storage to see what is there");
    }

    StorageException exists(ObjectKey key) {
        return new StorageException(
                ErrorCode.OBJECT_EXISTS,
                "there is an object " + key + " in storage " + storage + " already",
                "delete it first, or write under another name");
    }

    StorageException inTheWay(String key, Path path, String what) {
        return new StorageException(
                ErrorCode.STORAGE_DENIED,
                key + " cannot be reached in storage " + storage + ": " + path + " is " + what,
                "below its directory a storage has folders and files of its own only; move the other away");
    }

    private static String reason(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        if (e instanceof ClosedChannelException) {
            return "it was closed meanwhile";
        }
        if (e instanceof AccessDeniedException denied) {
            return "access to " + denied.getFile() + " denied";
        }
        String message = e.getMessage();
        if (e.getClass() == FileSystemException.class || e.getClass() == IOException.class) {
            return String.valueOf(message);
        }
        return e.getClass().getSimpleName() + " " + message;
    }

    /** The system's messages are in the system's language: where they say nothing, the file system's state does. */
    private ErrorCode codeOf(IOException e) {
        if (e instanceof AccessDeniedException) {
            return ErrorCode.STORAGE_DENIED;
        }
        if (e instanceof ClosedChannelException || saysWhatIsThere(e) || rootIsNoDirectory()) {
            return ErrorCode.STORAGE_FAILED;
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
            return ErrorCode.STORAGE_FULL;
        }
        if (message.contains("Read-only file system") || message.contains("Operation not permitted")) {
            return ErrorCode.STORAGE_DENIED;
        }
        try {
            FileStore store = Files.getFileStore(nearestExisting(root));
            if (store.isReadOnly()) {
                return ErrorCode.STORAGE_DENIED;
            }
            // The kernel's own file systems, /proc for example, have no room at all.
            boolean full = store.getTotalSpace() > 0 && store.getUsableSpace() < ROOM_FOR_ONE_WRITE;
            return full ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED;
        } catch (IOException unknown) {
            return ErrorCode.STORAGE_FAILED;
        }
    }

    /** Something is missing or in the way, whatever room there is. */
    private static boolean saysWhatIsThere(IOException e) {
        return e instanceof NoSuchFileException
                || e instanceof FileAlreadyExistsException
                || e instanceof NotDirectoryException;
    }

    private static Path nearestExisting(Path path) {
        Path at = path;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /** Nor can one be made there: it, or what is above it, is a file. */
    private boolean rootIsNoDirectory() {
        return !Files.isDirectory(nearestExisting(root));
    }

    private String hint(ErrorCode code) {
        if (rootIsNoDirectory()) {
            return "name a directory, or a path where one can be made";
        }
        return switch (code) {
            case STORAGE_FULL -> "make room on its file system, delete old backups, or use another storage";
            case STORAGE_DENIED ->
                "let the user that runs CodeB read and write the directory, on a file system that is mounted writable";
            default -> "check that the path is right and its disk is mounted; the system's log may say more";
        };
    }
}
