// krait/task/linear_gaussian.hpp: sequences of linear-Gaussian state-space systems, a new system for each: what a model
// that learns them in context is held against is the Kalman predictor (baseline/kalman.hpp). After arXiv:2602.17744, of
// which its abstract alone is known: sizes, noises and the draw of systems are our own.
//
//   h_(t+1) = A h_t + w_t     A = radius * (a random rotation), w: N(0, process^2 I)
//   y_t     = C h_t + v_t     C: N(0, 1 / states), v: N(0, measurement^2 I), E w_t v_t^T = correlation * process *
//                             measurement * (I; 0)
// from its stationary state, h_1: N(0, process^2 / (1 - radius^2) I). Where the measurement's noise persists, v_(t+1) =
// persistence v_t + N(0, (1 - persistence^2) measurement^2 I), it is a part of the state that the predictor is told.
#pragma once
#include <cmath>
#include <krait/core/eigen.hpp>
#include <krait/core/random.hpp>
#include <krait/task/baseline/kalman.hpp>

namespace krait::task {

struct linear_gaussian_config {
  int states = 4, outputs = 1;
  double radius = .9;  // of all eigenvalues of A
  double process = 1, measurement = .5;
  double correlation = 0;  // of the two noises
  double persistence = 0;  // of the measurement's noise, from one time to the next
};

template <linear_gaussian_config C = linear_gaussian_config{}> struct linear_gaussian {
  static_assert(C.outputs >= 1 && C.states >= C.outputs,
                "linear_gaussian: there is at least 1 output, and no fewer states than outputs");
  static_assert(C.radius >= 0 && C.radius < 1, "linear_gaussian: radius lies between 0 and 1, or the states grow");
  static_assert(C.process >= 0 && C.measurement > 0 && C.correlation >= -1 && C.correlation <= 1,
                "linear_gaussian: noises are not negative, that of the measurement is positive, and their correlation "
                "lies between -1 and 1");
  static_assert(
      C.persistence >= 0 && C.persistence < 1 && (C.persistence == 0 || C.correlation == 0),
      "linear_gaussian: persistence lies between 0 and 1, and noise that persists has no correlation with the "
      "process's");
  static constexpr int states = C.states, outputs = C.outputs;
  static constexpr bool persists = C.persistence > 0;

  /// The system of sequence number `number`.
  static state_space_system draw_system(draw from, std::uint64_t number) {
    const draw own = from.with_index(number).within(0);
    std::uint64_t k = 0;
    const auto normals = [&](int rows, int columns) {
      Eigen::MatrixXd m(rows, columns);
      for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) m(i, j) = normal(own.with_index(k++));
      return m;
    };
    const Eigen::MatrixXd square = normals(states, states);
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(square);
    Eigen::MatrixXd rotation = qr.householderQ();
    for (int j = 0; j < states; ++j)  // with R's diagonal positive the rotation is uniform (Mezzadri 2007)
      if (qr.matrixQR()(j, j) < 0) rotation.col(j) *= -1;
    state_space_system s;
    s.A = C.radius * rotation;
    s.C = normals(outputs, states) / std::sqrt(double(states));
    s.Q = C.process * C.process * Eigen::MatrixXd::Identity(states, states);
    s.R = C.measurement * C.measurement * Eigen::MatrixXd::Identity(outputs, outputs);
    s.S = C.correlation * C.process * C.measurement * Eigen::MatrixXd::Identity(states, outputs);
    s.first = s.Q / (1 - C.radius * C.radius);
    if constexpr (persists) {
      const auto whole = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
        Eigen::MatrixXd m = Eigen::MatrixXd::Zero(a.rows() + b.rows(), a.cols() + b.cols());
        m.topLeftCorner(a.rows(), a.cols()) = a, m.bottomRightCorner(b.rows(), b.cols()) = b;
        return m;
      };
      const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(outputs, outputs);
      s.A = whole(s.A, C.persistence * one);
      s.C = (Eigen::MatrixXd(outputs, states + outputs) << s.C, one).finished();
      s.Q = whole(s.Q, (1 - C.persistence * C.persistence) * s.R);
      s.first = whole(s.first, s.R);
      s.S = Eigen::MatrixXd::Zero(states + outputs, outputs);
      s.R.setZero();
    }
    return s;
  }
  /// Sequence number `number` of (seed, stream): y (length, outputs), and its system.
  static state_space_system sample(draw from, std::uint64_t number, int length, double* y) {
    const state_space_system s = draw_system(from, number);
    const draw own = from.with_index(number).within(1);
    std::uint64_t k = 0;
    const auto normals = [&](int count) {
      Eigen::VectorXd v(count);
      for (int i = 0; i < count; ++i) v(i) = normal(own.with_index(k++));
      return v;
    };
    const Eigen::MatrixXd seen = s.C.leftCols(states), moved = s.A.topLeftCorner(states, states);
    Eigen::VectorXd h = C.process / std::sqrt(1 - C.radius * C.radius) * normals(states), v;
    if (persists) v = C.measurement * normals(outputs);
    for (int t = 0; t < length; ++t) {
      const Eigen::VectorXd e = normals(states), u = normals(outputs);
      if (!persists)
        v = C.measurement * (C.correlation * e.head(outputs) + std::sqrt(1 - C.correlation * C.correlation) * u);
      Eigen::Map<Eigen::VectorXd>(y + static_cast<std::ptrdiff_t>(t) * outputs, outputs) = seen * h + v;
      h = moved * h + C.process * e;
      if (persists) v = C.persistence * v + std::sqrt(1 - C.persistence * C.persistence) * C.measurement * u;
    }
    return s;
  }
};

}  // namespace krait::task
