/** What turns a stream into another and back: compression, encryption. */
@NullMarked
package io.codeb.spi.codec;

import org.jspecify.annotations.NullMarked;
