# The client of Cognito Sync out of the core of the AWS SDK for Ruby and the model of the API. Debian has the core alone.
# The classes are made as the SDK's own generator makes them: the same plugins, the same shapes.
require "aws-sdk-core"
require "aws-sdk-core/plugins/invocation_id"

Aws::Plugins::GlobalConfiguration.add_identifier(:cognitosync)

# The shapes and operations of a model in JSON, `service-2.json`.
class ServiceModel
  include Seahorse::Model::Shapes

  # The name of an operation or a member as Ruby writes it.
  def self.key(name)
    name.gsub(/([a-z0-9])([A-Z])/, '\1_\2').downcase.to_sym
  end

  def initialize(model)
    @model, @shapes = model, {}
  end

  def api
    api = Seahorse::Model::Api.new
    api.version, api.metadata = @model["metadata"]["apiVersion"], @model["metadata"]
    @model["operations"].each { |name, rules| api.add_operation(ServiceModel.key(name), operation(name, rules)) }
    api
  end

  private

  def operation(name, rules)
    made = Seahorse::Model::Operation.new
    made.name, made.http_method, made.http_request_uri = name, rules["http"]["method"], rules["http"]["requestUri"]
    made.input = rules["input"] ? reference(rules["input"]) : nothing
    made.output = rules["output"] ? reference(rules["output"]) : nothing
    rules["errors"].each { |error| made.errors << reference(error) }
    made
  end

  def nothing
    ShapeRef.new(shape: StructureShape.new(struct_class: Aws::EmptyStructure))
  end

  def reference(member, name = nil, required: false)
    ShapeRef.new(
      shape: shape(member["shape"]), location: member["location"], location_name: member["locationName"] || name,
      required: required
    )
  end

  def shape(name)
    @shapes[name] ||= begin
      rules = @model["shapes"][name]
      made = (rules["type"] == "structure" ? StructureShape : self.class.const_get(kind(rules["type"]))).new(name: name)
      @shapes[name] = made
      complete(made, rules)
      made
    end
  end

  def kind(type)
    { "long" => "IntegerShape", "double" => "FloatShape" }[type] || "#{type.capitalize}Shape"
  end

  def complete(made, rules)
    case rules["type"]
    when "list" then made.member = reference(rules["member"])
    when "map" then made.key, made.value = reference(rules["key"]), reference(rules["value"])
    when "structure"
      names = rules["members"].to_h { |name, member| [ServiceModel.key(name), [name, member]] }
      names.each { |key, (name, member)| made.add_member(key, reference(member, name, required: rules["required"]&.include?(name))) }
      made.struct_class = names.empty? ? Aws::EmptyStructure : Struct.new(*names.keys) { include Aws::Structure }
    end
  end
end

module Aws::CognitoSync
  module Errors
    extend Aws::Errors::DynamicErrors
  end

  # As the generator of 2026 writes it: with an invocation id, and here without the endpoints of AWS.
  class Client < Seahorse::Client::Base
    include Aws::ClientStubs

    def self.identifier = :cognitosync
    def self.errors_module = Errors

    [
      Seahorse::Client::Plugins::ContentLength, Aws::Plugins::CredentialsConfiguration, Aws::Plugins::Logging,
      Aws::Plugins::ParamConverter, Aws::Plugins::ParamValidator, Aws::Plugins::UserAgent,
      Aws::Plugins::HelpfulSocketErrors, Aws::Plugins::RetryErrors, Aws::Plugins::GlobalConfiguration,
      Aws::Plugins::RegionalEndpoint, Aws::Plugins::EndpointDiscovery, Aws::Plugins::EndpointPattern,
      Aws::Plugins::ResponsePaging, Aws::Plugins::StubResponses, Aws::Plugins::IdempotencyToken,
      Aws::Plugins::JsonvalueConverter, Aws::Plugins::ClientMetricsPlugin, Aws::Plugins::ClientMetricsSendPlugin,
      Aws::Plugins::TransferEncoding, Aws::Plugins::HttpChecksum, Aws::Plugins::ChecksumAlgorithm,
      Aws::Plugins::DefaultsMode, Aws::Plugins::RecursionDetection, Aws::Plugins::Sign, Aws::Plugins::InvocationId,
      Aws::Plugins::Protocols::RestJson,
    ].each { |plugin| add_plugin(plugin) }
  end
end
