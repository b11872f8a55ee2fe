/** The storage {@code s3}: {@link io.codeb.storage.s3.S3StorageProvider} tells how to name it, and its options. */
@NullMarked
package io.codeb.storage.s3;

import org.jspecify.annotations.NullMarked;
