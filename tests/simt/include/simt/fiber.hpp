// simt/fiber.hpp: stacks between which one OS thread goes back and forth, over Boost.Context.
// The switches are told to AddressSanitizer and ThreadSanitizer, so plain Debian Boost works under both.
#pragma once
#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <functional>
#include <memory>
#include <simt/sanitizers.hpp>
#include <utility>

namespace simt {

class fiber {
 public:
  /// The stack on which the caller runs.
  fiber() : sanitizer_(sanitizers::current_fiber()) {}

  /// A stack of its own, with a page below it that cannot be touched, on which `work` is run again and again; it must
  /// go elsewhere itself. Meant to live as long as the process.
  fiber(std::size_t stack_bytes, std::function<void()> work)
      : work_(std::move(work)), sanitizer_(sanitizers::create_fiber()) {
    create(stack_bytes);
  }
  fiber(const fiber&) = delete;

  /// Leaves this fiber, which must be the running one, for another; returns when somebody comes back to it.
  SIMT_NOT_TRACED void go_to(fiber& other) {
    void* fake_stack = nullptr;
    other.from_ = this;
    sanitizers::start_switch(&fake_stack, other.bottom_, other.size_);
    sanitizers::enter_fiber(other.sanitizer_);
    arrive(std::move(other.rest_).resume(), fake_stack);
  }

 private:
  struct recording_stack {
    boost::context::protected_fixedsize_stack from;
    fiber* of;
    boost::context::stack_context allocate() {
      const auto stack = from.allocate();
      of->size_ = stack.size;
      of->bottom_ = static_cast<char*>(stack.sp) - stack.size;
      return stack;
    }
    void deallocate(boost::context::stack_context& stack) { from.deallocate(stack); }
  };

  /// Boost enters the new stack once while it makes it.
  SIMT_NOT_TRACED void create(std::size_t stack_bytes) {
    void* outside = sanitizers::current_fiber();
    sanitizers::enter_fiber(sanitizer_);
    {
      const sanitizers::quiet quiet;
      const boost::context::protected_fixedsize_stack stacks(stack_bytes);
      rest_ = boost::context::fiber(std::allocator_arg, recording_stack{stacks, this},
                                    [this](boost::context::fiber&& from) { return body(std::move(from)); });
    }
    sanitizers::enter_fiber(outside);
  }
  [[noreturn]] boost::context::fiber body(boost::context::fiber&& from) {
    arrive(std::move(from), nullptr);
    for (;;) work_();
  }
  /// `rest` is what is left to do of the fiber from which somebody came here.
  void arrive(boost::context::fiber&& rest, void* fake_stack) {
    const sanitizers::quiet quiet;
    sanitizers::finish_switch(fake_stack, &from_->bottom_, &from_->size_);
    from_->rest_ = std::move(rest);
  }

  std::function<void()> work_;
  void* sanitizer_;
  fiber* from_ = nullptr;
  const void* bottom_ = nullptr;  // of the stack
  std::size_t size_ = 0;
  boost::context::fiber rest_;
};

}  // namespace simt
