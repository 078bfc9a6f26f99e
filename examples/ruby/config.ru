# frozen_string_literal: true

# A service that knows its callers, and calls another one with a token that is always fresh:
#
#   TOKEN_URL=https://id.example/token CLIENT_ID=me CLIENT_SECRET=… UPSTREAM=https://data.example puma examples/ruby/config.ru
#
# Callers send tokens that this service signed: `Authorization: Bearer dstok_…`. It prints one for a user `mia` at its start. All is opened
# before a preforking server forks, and works in its workers (puma --workers 4 --preload).

require "jeton/net_http"
require "jeton/rack"

# Who may call: anybody with a token that this service signed, but to see the numbers one has to be mia.
access = Jeton::Access.new({}, secret: ENV.fetch("SECRET", "only for this example"))

# Whom it calls: one source for all requests, so that many callers cause one request for a token.
source = Jeton::Source.new(kind: "oauth2", grant: "client_credentials", token_url: ENV.fetch("TOKEN_URL"),
                           client_id: ENV.fetch("CLIENT_ID"), secrets: { client_secret: ENV.fetch("CLIENT_SECRET") })

upstream = URI(ENV.fetch("UPSTREAM"))
sees = lambda do |env|
  answer = Net::HTTP.start(upstream.host, upstream.port, use_ssl: upstream.scheme == "https") do |http|
    Jeton::NetHTTP.request(http, Net::HTTP::Get.new(env["PATH_INFO"]), source: source)
  end
  [200, { "content-type" => "text/plain" }, ["#{env["jeton.actor"]["id"]} sees: #{answer.body}"]]
rescue Jeton::FetchError, SystemCallError => e
  env["rack.errors"].puts("#{e.class}: #{e.message}")
  [502, { "content-type" => "text/plain" }, ["Bad Gateway\n"]]
end

map "/stats" do
  use Jeton::Rack, access: access, allow: { id: "mia" }
  run ->(_env) { [200, { "content-type" => "application/json" }, [JSON.generate(source.stats)]] }
end

map "/" do
  use Jeton::Rack, access: access
  run sees
end

puts "Authorization: Bearer #{access.sign_token(actor_id: "mia", ttl_s: 3600).fetch("token")}"
