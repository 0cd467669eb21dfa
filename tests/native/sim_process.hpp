/// A simulated exchange in a process of its own, as users run it: `hadal sim`. HADAL_PROGRAM in the environment says where the program is.
#pragma once

#include <string>
#include <vector>

namespace hadal::test {

class SimProcess {
 public:
  /// Waits until it serves. Fails the test if it does not.
  explicit SimProcess(const std::vector<std::string>& arguments = {});
  /// Ends it.
  ~SimProcess();
  SimProcess(const SimProcess&) = delete;
  SimProcess& operator=(const SimProcess&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::string port() const;
  /// A line on its standard input: a fault, `off` or `quit`.
  void say(const std::string& line);
  /// At once, without a word to anybody.
  void kill();

 private:
  int process_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string url_;
};

}  // namespace hadal::test
