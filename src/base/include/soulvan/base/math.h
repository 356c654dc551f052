// The small linear algebra of every room: Imath's types under the names that USD uses.
//
// Imath, like USD, multiplies row vectors: p_world = p_object * world_from_object_rowmajor. A matrix is read
// and written row by row, so the translation is its last row. `render` alone uses column transforms of its
// own.
#pragma once

#include <Imath/ImathBox.h>
#include <Imath/ImathMatrix.h>
#include <Imath/ImathQuat.h>
#include <Imath/ImathVec.h>
#include <Imath/half.h>

namespace soulvan {

using half = Imath::half;
using Vec2h = Imath::Vec2<half>;
using Vec2f = Imath::V2f;
using Vec2d = Imath::V2d;
using Vec2i = Imath::V2i;
using Vec3h = Imath::Vec3<half>;
using Vec3f = Imath::V3f;
using Vec3d = Imath::V3d;
using Vec3i = Imath::V3i;
using Vec4h = Imath::Vec4<half>;
using Vec4f = Imath::V4f;
using Vec4d = Imath::V4d;
using Vec4i = Imath::V4i;
using Matrix2d = Imath::Matrix22<double>;
using Matrix3d = Imath::M33d;
using Matrix4d = Imath::M44d;
using Quath = Imath::Quat<half>;
using Quatf = Imath::Quatf;
using Quatd = Imath::Quatd;
using Range3d = Imath::Box3d;

} // namespace soulvan
