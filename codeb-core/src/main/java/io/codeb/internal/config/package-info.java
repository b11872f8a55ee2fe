/** How a configuration is read: text, values with their places, shapes, and what is made of them. */
@NullMarked
package io.codeb.internal.config;

import org.jspecify.annotations.NullMarked;
