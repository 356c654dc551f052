// Models become layers that any USD program opens.
#include "soulvan/interchange/import.h"

#include <gtest/gtest.h>

TEST(Import, Placeholder) {}
