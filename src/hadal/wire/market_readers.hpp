/// Private: the general path's readers of every message but `book`.
#pragma once

#include "hadal/detail/fields.hpp"
#include "hadal/wire/message.hpp"

namespace hadal::detail {

/// What the first pass learns: it validates the document and tells which reader the second pass needs.
class EnvelopeReader final : public JsonHandler {
 public:
  void begin();
  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override;
  void open(const JsonPath&, bool, std::size_t) override {}
  void close(const JsonPath&, bool, std::size_t) override {}

  std::string channel;
  std::string method;
  std::string symbol;  ///< the first one the frame names
};

/// `ticker`, `trade`, `ohlc`: {"type": ..., "data": [record, ...]}.
template <class Record>
class ListReader final : public JsonHandler {
 public:
  ListReader(std::span<const Field<Record>> fields, FieldIssue& issue) : issue_{issue}, reader_{fields, records, issue} {}

  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override {
    if (path.size() == 1) {
      if (path.key() == "type" && value.text == "snapshot") kind = FrameKind::snapshot;
      if (path.key() == "timestamp" && value.kind == Scalar::Kind::string) timestamp = parse_timestamp(value.text);
      if (path.key() == "data") issue_.report(Errc::field_type, "data", {}, offset);
    } else if (path.size() == 2 && path.key(0) == "data") {
      issue_.report(Errc::field_type, "data", {}, offset);
    } else if (in_record(path)) {
      if (path.key() == "symbol" && value.kind == Scalar::Kind::string) symbol_ = value.text;
      reader_.field(path.key(), value, symbol_, offset);
    }
  }
  void open(const JsonPath& path, bool array, std::size_t offset) override {
    if (path.size() == 1 && path.key() == "data") {
      has_data_ = true;
      if (!array) issue_.report(Errc::field_type, "data", {}, offset);
    } else if (at_record(path)) {
      symbol_.clear();
      reader_.begin();
      if (array) issue_.report(Errc::field_type, "data", {}, offset);
    } else if (in_record(path)) {
      reader_.wrong_type(path.key(), symbol_, offset);
    }
  }
  void close(const JsonPath& path, bool array, std::size_t offset) override {
    if (at_record(path) && !array) reader_.end(symbol_, offset);
  }
  void finish(std::size_t offset) {
    if (!has_data_) issue_.report(Errc::field_missing, "data", {}, offset);
  }

  FrameKind kind = FrameKind::update;
  std::optional<UnixNanos> timestamp;
  std::vector<Record> records;

 private:
  [[nodiscard]] static bool at_record(const JsonPath& path) { return path.size() == 2 && path.key(0) == "data" && path.in_array(1); }
  [[nodiscard]] static bool in_record(const JsonPath& path) {
    return path.size() == 3 && path.key(0) == "data" && path.in_array(1) && !path.in_array(2);
  }

  FieldIssue& issue_;
  RecordReader<Record> reader_;
  std::string symbol_;
  bool has_data_ = false;
};

[[nodiscard]] std::span<const Field<Trade>> trade_fields();
[[nodiscard]] std::span<const Field<Ticker>> ticker_fields();
[[nodiscard]] std::span<const Field<Candle>> candle_fields();

/// `instrument`: {"type": ..., "data": {"assets": [...], "pairs": [...]}}.
class InstrumentReader final : public JsonHandler {
 public:
  explicit InstrumentReader(FieldIssue& issue);
  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override;
  void open(const JsonPath& path, bool array, std::size_t offset) override;
  void close(const JsonPath& path, bool array, std::size_t offset) override;
  void finish(std::size_t offset);

  InstrumentMessage message;

 private:
  FieldIssue& issue_;
  RecordReader<Asset> assets_;
  RecordReader<Pair> pairs_;
  std::string name_;
  bool has_data_ = false;
};

/// `status`: one entry; its two lists are kept as JSON text.
class StatusReader final : public JsonHandler {
 public:
  StatusReader(std::string_view frame, FieldIssue& issue) : frame_{frame}, issue_{issue} {}
  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override;
  void open(const JsonPath& path, bool array, std::size_t offset) override;
  void close(const JsonPath& path, bool array, std::size_t offset) override;

  StatusMessage message;

 private:
  std::string_view frame_;
  FieldIssue& issue_;
  std::size_t text_begin_ = 0;
};

/// Answers to requests, `pong` among them.
class ResponseReader final : public JsonHandler {
 public:
  explicit ResponseReader(FieldIssue& issue) : issue_{issue} {}
  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override;
  void open(const JsonPath& path, bool array, std::size_t offset) override;
  void close(const JsonPath&, bool, std::size_t) override {}

  Response message;

 private:
  FieldIssue& issue_;
};

/// What a client sent.
class RequestReader final : public JsonHandler {
 public:
  explicit RequestReader(SentRequest& request) : request_{request} {}
  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override;
  void open(const JsonPath&, bool, std::size_t) override {}
  void close(const JsonPath&, bool, std::size_t) override {}

 private:
  SentRequest& request_;
};

}  // namespace hadal::detail
