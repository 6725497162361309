package views

// zones are the time zones to choose from: the best known places of each part of the world.
var zones = []struct {
	Label string
	Names []string
}{
	{Label: "Europe", Names: []string{
		"Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Bratislava",
		"Europe/Brussels",
		"Europe/Bucharest", "Europe/Budapest", "Europe/Chisinau", "Europe/Copenhagen", "Europe/Dublin",
		"Europe/Helsinki",
		"Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/Ljubljana", "Europe/London",
		"Europe/Luxembourg",
		"Europe/Madrid", "Europe/Malta", "Europe/Minsk", "Europe/Moscow", "Asia/Nicosia", "Europe/Oslo",
		"Europe/Paris",
		"Europe/Prague", "Atlantic/Reykjavik", "Europe/Riga", "Europe/Rome", "Europe/Sarajevo",
		"Europe/Skopje",
		"Europe/Sofia", "Europe/Stockholm", "Europe/Tallinn", "Europe/Tirane", "Europe/Vienna",
		"Europe/Vilnius",
		"Europe/Warsaw", "Europe/Zagreb", "Europe/Zurich",
	}},
	{Label: "Africa", Names: []string{
		"Africa/Abidjan", "Africa/Accra", "Africa/Addis_Ababa", "Africa/Algiers", "Africa/Cairo",
		"Africa/Casablanca",
		"Africa/Dakar", "Africa/Dar_es_Salaam", "Africa/Harare", "Africa/Johannesburg", "Africa/Kampala",
		"Africa/Khartoum", "Africa/Kinshasa", "Africa/Lagos", "Africa/Luanda", "Africa/Lusaka",
		"Africa/Maputo",
		"Indian/Mauritius", "Africa/Nairobi", "Africa/Tripoli", "Africa/Tunis", "Africa/Windhoek",
	}},
	{Label: "Asia", Names: []string{
		"Asia/Almaty", "Asia/Amman", "Asia/Baghdad", "Asia/Baku", "Asia/Bangkok", "Asia/Beirut",
		"Asia/Colombo",
		"Asia/Dhaka", "Asia/Dubai", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem",
		"Asia/Kabul",
		"Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Kuala_Lumpur", "Asia/Kuwait", "Asia/Macau",
		"Asia/Manila",
		"Asia/Qatar", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei",
		"Asia/Tashkent",
		"Asia/Tbilisi", "Asia/Tehran", "Asia/Tokyo", "Asia/Ulaanbaatar", "Asia/Yangon", "Asia/Yerevan",
	}},
	{Label: "Australia and the Pacific", Names: []string{
		"Australia/Adelaide", "Pacific/Apia", "Pacific/Auckland", "Australia/Brisbane", "Australia/Darwin",
		"Pacific/Fiji",
		"Pacific/Guam", "Australia/Hobart", "Pacific/Honolulu", "Australia/Melbourne", "Pacific/Noumea",
		"Australia/Perth",
		"Pacific/Port_Moresby", "Australia/Sydney", "Pacific/Tongatapu",
	}},
	{Label: "North and Central America", Names: []string{
		"America/Anchorage", "America/Barbados", "America/Chicago", "America/Costa_Rica", "America/Denver",
		"America/Detroit", "America/Edmonton", "America/El_Salvador", "America/Guatemala", "America/Halifax",
		"America/Havana", "America/Jamaica", "America/Los_Angeles", "America/Managua", "America/Mexico_City",
		"America/New_York", "America/Panama", "America/Phoenix", "America/Port-au-Prince",
		"America/Port_of_Spain",
		"America/Puerto_Rico", "America/Regina", "America/Santo_Domingo", "America/St_Johns",
		"America/Tegucigalpa",
		"America/Tijuana", "America/Toronto", "America/Vancouver", "America/Winnipeg",
	}},
	{Label: "South America", Names: []string{
		"America/Asuncion", "America/Bogota", "America/Argentina/Buenos_Aires", "America/Caracas",
		"America/Guayaquil",
		"America/Guyana", "America/La_Paz", "America/Lima", "America/Manaus", "America/Montevideo",
		"America/Santiago",
		"America/Sao_Paulo",
	}},
}
