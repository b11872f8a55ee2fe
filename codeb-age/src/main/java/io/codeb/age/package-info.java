/** The codec {@code age}: encryption to public keys, in the format of age-encryption.org/v1. */
@NullMarked
package io.codeb.age;

import org.jspecify.annotations.NullMarked;
