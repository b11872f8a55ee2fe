/** A staging system that gets the data of production without what is private. */
@NullMarked
package io.codeb.examples.staging;

import org.jspecify.annotations.NullMarked;
