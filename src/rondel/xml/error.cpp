#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <string>

namespace rondel::xml {

namespace {

class ReadCategory final : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.xml.read"; }
    std::string message(int code) const override {
        switch (static_cast<ReadError>(code)) {
            case ReadError::not_well_formed:
                return "The peer sent XML that is not well-formed.";
            case ReadError::bad_utf8:
                return "The peer sent bytes that are not UTF-8.";
            case ReadError::restricted_xml:
                return "The peer sent XML that XMPP does not allow: a comment, a processing instruction, a document "
                       "type or an entity.";
            case ReadError::unsupported_encoding:
                return "The peer declared an encoding other than UTF-8.";
            case ReadError::unsupported_version:
                return "The peer declared a version of XML other than 1.0.";
            case ReadError::text_between_stanzas:
                return "The peer sent text between stanzas, where only elements may stand.";
            case ReadError::stanza_too_large:
                return "The peer sent a stanza of more bytes than the limit allows.";
            case ReadError::too_deep:
                return "The peer sent elements nested deeper than the limit allows.";
            case ReadError::too_many_attributes:
                return "The peer sent an element with more attributes than the limit allows.";
            case ReadError::too_many_elements:
                return "The peer sent a stanza of more elements than the limit allows.";
            case ReadError::ends_early:
                return "The XML document ends before its root element does.";
        }
        return "Unknown error of the XML reader.";
    }
};

class WriteCategory final : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.xml.write"; }
    std::string message(int code) const override {
        switch (static_cast<WriteError>(code)) {
            case WriteError::bad_character:
                return "The text holds what XML cannot carry: a control character, U+FFFE, U+FFFF, or bytes that are "
                       "not UTF-8.";
            case WriteError::bad_name:
                return "The name of an element or attribute, or its namespace, is none that XML can carry.";
            case WriteError::too_large:
                return "The element takes more bytes than the limit allows.";
            case WriteError::too_deep:
                return "The element is nested deeper than the limit allows.";
        }
        return "Unknown error of the XML writer.";
    }
};

}  // namespace

std::error_code make_error_code(ReadError error) {
    static const ReadCategory category;
    return {static_cast<int>(error), category};
}

std::error_code make_error_code(WriteError error) {
    static const WriteCategory category;
    return {static_cast<int>(error), category};
}

}  // namespace rondel::xml
