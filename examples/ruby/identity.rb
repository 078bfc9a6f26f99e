# frozen_string_literal: true

# Answers as a Vizzly identity endpoint does, then checks each token of the answer: ruby identity.rb KEY.pem

require "jeton"

abort "usage: identity.rb KEY.pem" unless ARGV.size == 1

begin
  key = Jeton::Key.from_pem(File.read(ARGV.first))

  # What the endpoint answers to a user who is signed in.
  answer = Jeton::Vizzly.new(key).identity(
    dashboard: { expiry_ttl_in_minutes: 60, project_id: "prj_demo", user_reference: "alice" },
    data: { expiry_ttl_in_minutes: 20, data_set_ids: "*", secure_filters: {}, parameters: {} },
    query_engine: { expiry_ttl_in_minutes: 20, allow_data_preview_access: true, allow_database_schema_access: true }
  )
  puts answer

  # What whoever has the public key makes of it.
  verifier = Jeton::Vizzly.verifier(Jeton::Key.from_pem(key.public.pem))
  JSON.parse(answer).each do |name, token|
    puts "#{name}: #{verifier.open(token).claims_text}"
  end
rescue SystemCallError, Jeton::Error => e
  abort "#{e.class}: #{e.message}"
end
