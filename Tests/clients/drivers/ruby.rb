# The driver for the AWS SDK for Ruby: ruby.rb ADDRESS MODEL
require "json"
require_relative "ruby_service"

address, model = ARGV
Aws::CognitoSync::Client.set_api(ServiceModel.new(JSON.parse(File.read(model))).api)
Aws::CognitoSync::Client.remove_plugin(Aws::Plugins::Sign)
CLIENT = Aws::CognitoSync::Client.new(endpoint: "http://#{address}", region: "us-east-1")

# Parameters by the names of the API in the form that the SDK takes.
def given(shape, value)
  case shape
  when Seahorse::Model::Shapes::StructureShape
    value.to_h { |name, member| [key = ServiceModel.key(name), given(shape.member(key).shape, member)] }
  when Seahorse::Model::Shapes::ListShape then value.map { |element| given(shape.member.shape, element) }
  when Seahorse::Model::Shapes::TimestampShape then Time.at(value)
  else value
  end
end

# A response by the names of the API.
def plain(shape, value)
  case shape
  when Seahorse::Model::Shapes::StructureShape
    members = shape.members.to_h { |key, member| [member.location_name, plain(member.shape, value[key])] } if value
    members&.compact
  when Seahorse::Model::Shapes::ListShape then value&.map { |element| plain(shape.member.shape, element) }
  when Seahorse::Model::Shapes::TimestampShape then value&.to_f
  else value
  end
end

def perform(operation, parameters)
  rules = CLIENT.config.api.operation(ServiceModel.key(operation))
  response = CLIENT.public_send(ServiceModel.key(operation), given(rules.input.shape, parameters))
  members = rules.output ? plain(rules.output.shape, response.data) : {}
  { members: members, id: response.context.http_response.headers["x-amzn-requestid"] }
rescue Aws::Errors::ServiceError => e
  received = e.context.http_response
  { error: e.code, message: e.message, status: received.status_code, id: e.context[:request_id] }
end

$stdout.sync = true
$stdin.each_line do |line|
  request = JSON.parse(line)
  puts JSON.generate(perform(request["operation"], request["parameters"]))
end
