/** The compressions that come with CodeB: zstd, gzip and none. */
@NullMarked
package io.codeb.internal.codec;

import org.jspecify.annotations.NullMarked;
