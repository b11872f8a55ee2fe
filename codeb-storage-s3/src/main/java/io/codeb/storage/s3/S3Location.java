package io.codeb.storage.s3;

import io.codeb.spi.storage.ObjectKey;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where objects are in a store.
 *
 * @param bucket its name
 * @param prefix what stands in front of each key, with a slash at its end, or nothing
 * @param endpoint the store, or null for AWS
 */
record S3Location(String bucket, String prefix, @Nullable URI endpoint) {
    String fullKey(ObjectKey key) {
        return prefix + key.value();
    }

    /** For a prefix of whole segments, or for all of them where it is empty. */
    String fullPrefix(String segments) {
        if (segments.isEmpty()) {
            return prefix;
        }
        if (!ObjectKey.isValid(segments)) {
            throw new IllegalArgumentException("not a prefix of object keys: '" + segments + "'");
        }
        return prefix + segments + "/";
    }

    /** The key that a name in the bucket stands for, or null when CodeB did not put it there. */
    @Nullable
    ObjectKey keyOf(String name) {
        if (!name.startsWith(prefix)) {
            return null;
        }
        String key = name.substring(prefix.length());
        return ObjectKey.isValid(key) ? new ObjectKey(key) : null;
    }

    @Override
    public String toString() {
        String path = prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1);
        return "s3://" + bucket + path + (endpoint == null ? "" : "?endpoint=" + endpoint);
    }
}
